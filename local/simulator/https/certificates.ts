import { generateKeyPairSync, randomBytes } from 'node:crypto';
import forge from 'node-forge';
import { DAY_MILLIS } from '../rules/time.ts';

/** Made for one run: nothing of it is kept by the simulator. All in PEM. */
export type Certificates = {
  /** What a client has to trust, as with `NODE_EXTRA_CA_CERTS` or `SSL_CERT_FILE`. */
  authority: string;
  certificate: string;
  privateKey: string;
};

const DAYS_VALID = 30;

/**
 * Makes a certificate authority and a certificate for the names given. The real time counts here, not the simulator's
 * clock: clients compare certificates with their own.
 */
export function makeCertificates(names: readonly string[]): Certificates {
  const authorityKeys = makeKeys();
  const issuer = [
    { name: 'commonName', value: `App Store Connect simulator, certificate authority ${randomSerial()}` },
  ];
  const authority = sign({
    subject: issuer,
    issuer,
    publicKey: authorityKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      { name: 'subjectKeyIdentifier' },
    ],
  });
  const keys = makeKeys();
  const certificate = sign({
    subject: [{ name: 'commonName', value: 'App Store Connect simulator' }],
    issuer,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectKeyIdentifier' },
      { name: 'authorityKeyIdentifier', keyIdentifier: authority.generateSubjectKeyIdentifier().getBytes() },
      { name: 'subjectAltName', altNames: names.map(alternativeName) },
    ],
  });
  return {
    authority: forge.pki.certificateToPem(authority),
    certificate: forge.pki.certificateToPem(certificate),
    privateKey: forge.pki.privateKeyToPem(keys.privateKey),
  };
}

type Signing = {
  subject: forge.pki.CertificateField[];
  issuer: forge.pki.CertificateField[];
  publicKey: forge.pki.rsa.PublicKey;
  signingKey: forge.pki.rsa.PrivateKey;
  extensions: object[];
};

function sign({ subject, issuer, publicKey, signingKey, extensions }: Signing): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  certificate.serialNumber = randomSerial();
  certificate.validity.notBefore = new Date(Date.now() - DAY_MILLIS);
  certificate.validity.notAfter = new Date(Date.now() + DAYS_VALID * DAY_MILLIS);
  certificate.setSubject(subject);
  certificate.setIssuer(issuer);
  certificate.setExtensions(extensions);
  certificate.sign(signingKey, forge.md.sha256.create());
  return certificate;
}

/** RSA: forge knows no elliptic curves. Node makes the keys, as forge would take seconds. */
function makeKeys(): { publicKey: forge.pki.rsa.PublicKey; privateKey: forge.pki.rsa.PrivateKey } {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const read = forge.pki.privateKeyFromPem(pem);
  return { privateKey: read, publicKey: forge.pki.setRsaPublicKey(read.n, read.e) };
}

/** Positive and never empty: the first digit is from 1 to 7. */
const randomSerial = (): string =>
  `${1 + ((randomBytes(1)[0] ?? 0) % 7)}${randomBytes(8).toString('hex').slice(1)}`;

/** 7 is an address, 2 a name, by RFC 5280. */
const alternativeName = (name: string) =>
  /^[\d.]+$/.test(name) ? { type: 7, ip: name } : { type: 2, value: name };
