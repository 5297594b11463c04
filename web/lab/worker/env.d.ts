interface ImportMetaEnv {
  /** Of the sources that the site is built from. */
  readonly THALWEG_VERSION: string;
}

/** Workers have it; the types of pages leave it out. */
interface FileSystemFileHandle {
  createSyncAccessHandle(): Promise<{ write(bytes: Uint8Array): number; close(): void }>;
}
