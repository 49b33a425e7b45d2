import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';

/** Where a certificate chain and its key lie, both PEM. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A chain and key that were read together and fit each other. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Reads both files; rejects with an Error that names the files when they are not there or do not fit each other. */
export async function readCertificate(files: CertificateFiles): Promise<Certificate> {
  try {
    const [cert, key] = await Promise.all([readFile(files.certFile, 'utf8'), readFile(files.keyFile, 'utf8')]);
    // TLS itself takes empty files, as a tool that writes them leaves them for a moment.
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
      throw new Error('they do not fit each other');
    createSecureContext({ cert, key });
    return { cert, key };
  } catch (cause) {
    throw new Error(`cannot use the certificate ${files.certFile} with the key ${files.keyFile}`, { cause });
  }
}

export type ReloadOutcome = 'unchanged' | 'replaced' | 'failed';

export interface CertificateKeeperOptions {
  readonly files: CertificateFiles;
  /** Hands a new certificate to every TLS listener. */
  readonly apply: (context: SecureContextOptions) => void;
  readonly onOutcome: (outcome: Exclude<ReloadOutcome, 'unchanged'>, cause?: unknown) => void;
}

/**
 * Keeps TLS listeners on the certificate that is on disk. It compares contents, so it does not matter how a tool
 * replaces the files (rename, link, in place); a pair that does not fit is left for the next look, the old one stays.
 */
export class CertificateKeeper {
  readonly #options: CertificateKeeperOptions;
  #current: Certificate | null = null;
  #running: Promise<ReloadOutcome> | null = null;

  constructor(options: CertificateKeeperOptions) {
    this.#options = options;
  }

  /** Reads the first certificate; rejects when there is none to start with. */
  async load(): Promise<Certificate> {
    this.#current = await readCertificate(this.#options.files);
    return this.#current;
  }

  /** Looks at the files and applies what changed since {@link load}. Never rejects; a call during another one joins it. */
  async reload(): Promise<ReloadOutcome> {
    if (this.#current === null) return 'unchanged';
    this.#running ??= this.#reloadOnce().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #reloadOnce(): Promise<ReloadOutcome> {
    try {
      const found = await readCertificate(this.#options.files);
      if (found.cert === this.#current?.cert && found.key === this.#current.key) return 'unchanged';
      this.#options.apply(found);
      this.#current = found;
      this.#options.onOutcome('replaced');
      return 'replaced';
    } catch (caught) {
      this.#options.onOutcome('failed', caught);
      return 'failed';
    }
  }
}
