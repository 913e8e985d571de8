/**
 * The page's view (language, size of text, theme) stands in its address; links carry it on. The
 * server writes it on <html>, so that no script has to read the address.
 */

/**
 * An address of ours that keeps the view: `/p/abc?lang=en`.
 * @param {string} path without a query
 */
export function linkTo(path) {
  const view = document.documentElement.dataset.view;
  if (!view) return path;
  const [page = "", part] = path.split("#");
  return `${page}?${view}${part === undefined ? "" : `#${part}`}`;
}

/** The language attribute of the registry's own texts, "" where the page speaks it too. */
export const DATA_LANG = document.documentElement.lang === "en" ? "zh-CN" : "";
