/**
 * The quotas of Lambda, from the developer guide's page "Lambda quotas" and from the messages of the
 * API. Sizes are in bytes unless the name says otherwise; Lambda counts 1 MB as 1,024 KB.
 */
export const LIMITS = {
  functionNameLength: 64,
  timeoutSeconds: { min: 1, max: 900, default: 3 },
  memorySizeMb: { min: 128, max: 10_240, default: 128 },
  ephemeralStorageMb: { min: 512, max: 10_240, default: 512 },
  zippedBytes: 52_428_800,
  unzippedBytes: 262_144_000,
  createFunctionRequestBytes: 70_167_211,
  totalCodeBytes: 80_530_636_800,
  layersPerFunction: 5,
  environmentBytes: 4_096,
  syncRequestBytes: 6_291_456,
  syncResponseBytes: 6_291_556,
  asyncRequestBytes: 1_048_576,
  streamedResponseBytes: 209_715_200,
  clientContextBytes: 3_583,
  logTailBytes: 4_096,
  policyBytes: 20_480,
  tagsPerResource: 50,
  concurrentExecutions: 1_000,
  minUnreservedConcurrency: 100,
  listPageSize: 50,
} as const;
