// The ranked deviations as a table: a click goes to the scene, and the scene on screen is marked.

import { onMoment, seek } from "../moment.js";

function row(film, each) {
  const element = document.createElement("tr");
  element.dataset.scene = String(each.number);
  element.classList.toggle("off", each.off);
  const go = document.createElement("button");
  go.type = "button";
  go.textContent = each.scene;
  go.addEventListener("click", () => seek(film, each.frame));
  const cells = [go, ...[each.target, each.result, each.read].map((text) => document.createTextNode(text))];
  for (const content of cells) element.appendChild(document.createElement("td")).append(content);
  return element;
}

export default function (component) {
  const {
    parentElement,
    data: [{ film, rows }],
  } = component;
  const body = parentElement.querySelector("tbody");
  body.replaceChildren(...rows.map((each) => row(film, each)));
  const listening = new AbortController();
  onMoment(
    film,
    ({ scene }) => {
      for (const each of body.rows) each.classList.toggle("now", each.dataset.scene === String(scene));
    },
    listening.signal,
  );
  return () => listening.abort();
}
