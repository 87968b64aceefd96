/** One file of a package as people are shown it. Sizes in bytes. */
export interface PackageEntry {
  readonly name: string;
  readonly bytes: number;
  readonly compressedBytes: number;
}
