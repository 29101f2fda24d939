// Tells the parts of the shell that elements have come into the document: at the start, by htmx, or pushed.
type Greeter = (root: ParentNode) => void;

const greeters: Greeter[] = [];

export function onAppear(greet: Greeter): void {
  greeters.push(greet);
  greet(document);
}

export function appeared(root: ParentNode): void {
  for (const greet of greeters) greet(root);
}

document.addEventListener("htmx:load", (event) => {
  const root = (event as CustomEvent<{ elt: HTMLElement }>).detail.elt;
  if (root !== document.body) appeared(root);
});

// The elements below root that match, root among them.
export function within<E extends HTMLElement>(root: ParentNode, selector: string): E[] {
  const found = [...root.querySelectorAll<E>(selector)];
  if (root instanceof HTMLElement && root.matches(selector)) found.unshift(root as E);
  return found;
}
