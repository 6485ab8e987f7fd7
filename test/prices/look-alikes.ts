/** Names that look like the requester's, `cfo@acme.example`: none of them may approve what was asked for under it. */
export const LOOK_ALIKES: readonly string[] = [
  ' CFO@acme.example ',
  'cfo@acme.example\u200b',
  '\ufeffcf\u2060o@acme.example',
  'cfo @acme.example',
  'c\u0301fo@acme.example',
  'ｃｆｏ＠ａｃｍｅ．ｅｘａｍｐｌｅ',
  '\u0441fo@acme.example',
  'cf\u03bf@\u0430cm\u0435.\u0435x\u0430mple',
  '\u{1d41c}\u{1d41f}\u{1d428}@acme.example',
  'CFO of Acme <cfo@acme.example>',
  '\u202ecfo@acme.example\u202c',
  'cf0@acme.example',
  'cfo@acme\u2024example',
];
