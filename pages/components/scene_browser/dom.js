// Elements with plain text: what people typed is never HTML.

/** An element with properties, attributes (`aria-…`, and what is no property) and children; null leaves one out. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (name === "class") made.className = value;
    else if (name in made && name !== "list" && !name.includes("-")) made[name] = value; // of a field, `list` is read-only
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}
