/** As long as one of ES256. */
const SIGNATURE_BYTES = 64;

let signed = 0;

/**
 * To be called where Apple's part looks at which key signed and verifies nothing: each signature is a number that was
 * not used before instead of one of ES256, which is another at each signing, too.
 */
export function signQuickly(): void {
  Object.assign(crypto.subtle, {
    sign: async (): Promise<ArrayBuffer> => {
      const signature = new DataView(new ArrayBuffer(SIGNATURE_BYTES));
      signed += 1;
      signature.setUint32(0, signed);
      return signature.buffer;
    },
  });
}
