/** An archive that we will not unpack; the reason is for the service's log, the API has one text for all. */
export class InvalidZip extends Error {
  override readonly name = 'InvalidZip';
}

/** An archive that is sound but holds more than a deployment package may. */
export class ZipTooLarge extends Error {
  override readonly name = 'ZipTooLarge';
}
