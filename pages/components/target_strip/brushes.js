// The brushes of the strip: a group of radio buttons.

const MOVES = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Show `brushes`, [name, title, colour or null], in a group; `onPick(name)` is called with each choice. */
export function showBrushes(group, brushes, brush, onPick) {
  const buttons = brushes.map(([name, title, colour]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.brush = name;
    button.setAttribute("role", "radio");
    if (colour) {
      const swatch = document.createElement("span");
      swatch.className = "swatch";
      swatch.style.background = colour;
      button.append(swatch);
    }
    button.append(title);
    button.addEventListener("click", () => pick(button));
    return button;
  });
  const mark = (picked) => {
    for (const button of buttons) {
      button.setAttribute("aria-checked", String(button === picked));
      button.tabIndex = button === picked ? 0 : -1;
    }
  };
  const pick = (button) => {
    mark(button);
    onPick(button.dataset.brush);
  };
  const focused = group.getRootNode().activeElement?.dataset?.brush;
  mark(buttons.find(({ dataset }) => dataset.brush === brush));
  group.replaceChildren(...buttons);
  buttons.find(({ dataset }) => dataset.brush === focused)?.focus();
  group.onkeydown = (event) => {
    if (!(event.key in MOVES) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const at = buttons.indexOf(group.getRootNode().activeElement);
    const next = buttons[(at + MOVES[event.key] + buttons.length) % buttons.length];
    next.focus();
    pick(next);
  };
}
