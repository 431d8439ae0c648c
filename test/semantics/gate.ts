/** A door that a handler waits at until the test opens it. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

/** A closed door. */
export function gate(): Gate {
  let open!: () => void;
  const opened = new Promise<void>((go) => (open = go));
  return { opened, open };
}
