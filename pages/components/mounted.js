// One view of a component, through all runs of its script.
//
// Streamlit calls a component's script anew whenever its data are others, and keeps what the script returns, the
// clean-up, in place of the one before, which it never calls. It calls a clean-up in two cases: once the component has
// left the page, and where the next run was on its way before the script was loaded. In the second case the next run
// comes first, on the same elements, and the component stays. So a clean-up means the end only where its element is no
// longer in the document.

/**
 * The function that Streamlit calls as a component's script. `make(root, trigger, parentElement)` makes the view of the
 * element that `selector` finds, once; a view has `update(data, trigger)`, called at each run, and `close()`.
 */
export function mounted(selector, make) {
  const views = new WeakMap(); // by their elements
  return ({ parentElement, data: [data], setTriggerValue }) => {
    const root = parentElement.querySelector(selector);
    if (!views.has(root)) views.set(root, make(root, setTriggerValue, parentElement));
    const view = views.get(root);
    view.update(data, setTriggerValue);
    return () => {
      if (root.isConnected || views.get(root) !== view) return;
      views.delete(root);
      view.close();
    };
  };
}
