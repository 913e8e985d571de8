// The libraries that arrive as plain scripts. Leaflet's types declare their own global `L`.
import type * as Protomaps from "protomaps-leaflet";
import type SuperclusterClass from "supercluster";

declare global {
  const protomapsL: typeof Protomaps;
  const Supercluster: typeof SuperclusterClass;
}

export {};
