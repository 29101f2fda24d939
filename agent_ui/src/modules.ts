// [data-module="address"]: an element whose work is done by a module of its own, loaded when it first appears.
import { onAppear, within } from "./appear";

interface Module {
  start: (root: HTMLElement) => void;
}

export function startModules(): void {
  onAppear((root) => {
    for (const one of within(root, "[data-module]")) {
      void (import(one.dataset.module!) as Promise<Module>).then((module) => {
        if (one.isConnected) module.start(one);
      });
    }
  });
}
