interface ImportMetaEnv {
  /** Where the site keeps the files of ONNX Runtime, relative to its document. */
  readonly RUNTIME_FOLDER: string;
}
