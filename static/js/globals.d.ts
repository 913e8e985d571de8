// The two libraries that arrive as plain scripts. Leaflet's types declare their own global `L`.
import type SuperclusterClass from "supercluster";

declare global {
  const Supercluster: typeof SuperclusterClass;
}

export {};
