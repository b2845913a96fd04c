/** What Streamlit's components v2 give to the default export of a component, each time that its data change. */
export interface Component<Data> {
  /** What Python passes as `data`. */
  data: Data;
  /** What the component's `html` is in, the same each time: a shadow root, where styles are isolated. */
  parentElement: HTMLElement | ShadowRoot;
  /** Tells Python of a value that stays, and reruns the page, or the fragment. */
  setStateValue(name: string, value: unknown): void;
  /** The same for a value that is there for one rerun only. */
  setTriggerValue(name: string, value: unknown): void;
}

/** What a component may return: called when it is removed. */
export type Cleanup = () => void;
