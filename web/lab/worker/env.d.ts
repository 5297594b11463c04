interface ImportMetaEnv {
  /** Of the sources that the site is built from. */
  readonly THALWEG_VERSION: string;
}
