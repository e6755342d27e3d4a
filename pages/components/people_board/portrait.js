// A person's or track's face, cut out of the small picture of its frame.

import { element } from "../scene_browser/dom.js";
import { cutOut } from "./geometry.js";

/** The element; where no picture is kept, or it is gone, it has the `initial` of the label. */
export function portrait(link, face, label) {
  const initial = label.replace(/^(Person|Face) /, "").slice(0, 2);
  const box = element("span", { class: "face", "aria-hidden": "true" }, initial);
  if (!face.picture) return box;
  const image = element("img", { alt: "", loading: "lazy", src: `${link}/picture/${face.frame}` });
  for (const [name, value] of Object.entries(cutOut(face))) image.style[name] = `${value}%`;
  image.addEventListener("error", () => image.remove());
  image.addEventListener("load", () => box.classList.add("seen"));
  box.append(image);
  return box;
}
