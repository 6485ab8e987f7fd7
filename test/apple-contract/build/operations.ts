/** An operation as the generated client calls it. */
export type PackageOperation = {
  /** The method's name, such as `salesReportsGetCollection`; the types are named after it. */
  name: string;
  method: string;
  /** With names in braces: `/v1/apps/{id}`. */
  path: string;
};

/**
 * Reads the operations out of the generated client's text.
 *
 * @throws {Error} if a method calls no URL, which means that the generator writes another form
 */
export function readOperations(client: string): PackageOperation[] {
  const methods = client.split(/^ {4}static (?=\w+\(options\))/m).slice(1);
  return methods.map((text) => {
    const name = /^\w+/.exec(text)?.[0];
    const method = /client_gen_1\.client\)\.(get|post|patch|put|delete)\(/.exec(text)?.[1];
    const path = /^\s+url: '([^']+)'/m.exec(text)?.[1];
    if (name === undefined || method === undefined || path === undefined)
      throw new Error(`The operation ${name ?? '(no name)'} of the contract package has no method or URL.`);
    return { name, method, path };
  });
}
