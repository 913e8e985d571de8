/** What the server writes above worker.js (services/web/offline.py). */
interface Release {
  /** Names the caches: other bytes of a page or a script are another release. */
  id: string;
  /** Where this release's scripts and styles stand: `/assets/<version>/`. */
  assets: string;
  /** By language: every script and style that the kept pages may ask for. */
  parts: Record<string, string[]>;
  /** The lists that the pages' scripts read. */
  data: string[];
}

declare const RELEASE: Release;
