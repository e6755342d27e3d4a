// The filter, the order and the view in the page's address. Other parts of the page have parameters there too, which
// stay as they are.

const OWN = ["filter", "sort", "list"]; // `view` is the page's tab

/** The state in a query string; empty texts where it says nothing. `sort` is a field's name, with “-” downwards. */
export function read(search) {
  const parameters = new URLSearchParams(search);
  const [filter, sort, list] = OWN.map((name) => parameters.get(name) ?? "");
  return { filter, sort: { field: sort.replace(/^-/, "") || "scene", down: sort.startsWith("-") }, view: list === "table" ? list : "board" };
}

/** A query string with this state in place of the one in `search`; what is the default is left out. */
export function write(search, { filter, sort, view }) {
  const others = search.replace(/^\?/, "").split("&").filter((part) => part && !OWN.includes(part.split("=")[0]));
  const order = sort.down ? `-${sort.field}` : sort.field;
  const own = { filter, sort: order === "scene" ? "" : order, list: view === "board" ? "" : view };
  const parts = OWN.filter((name) => own[name]).map((name) => `${name}=${encodeURIComponent(own[name])}`);
  const joined = [...others, ...parts].join("&");
  return joined && `?${joined}`;
}
