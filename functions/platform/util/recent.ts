/** Values by key, of which the least recently used are forgotten: what a warm function keeps must not grow. */
export type Recent<Value> = {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
};

/** @param maximum values kept */
export function createRecent<Value>(maximum: number): Recent<Value> {
  // A Map keeps its order: the least recently used comes first.
  const values = new Map<string, Value>();
  const set = (key: string, value: Value): void => {
    values.delete(key);
    values.set(key, value);
    if (values.size <= maximum) return;
    const [oldest] = values.keys();
    if (oldest !== undefined) values.delete(oldest);
  };
  return {
    get: (key) => {
      const value = values.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
  };
}
