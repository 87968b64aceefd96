/** True for the address of a container image in ECR, the only registry that Lambda takes (Lambda API reference, FunctionCode). */
export function isImageUri(code: string | undefined): code is string {
  return code !== undefined && /^\d{12}\.dkr[.-]ecr\.[a-z0-9-]+\.|^[^\s/]+\/[^\s]+@sha256:[0-9a-f]{64}$/.test(code);
}
