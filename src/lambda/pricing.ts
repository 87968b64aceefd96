/** What Lambda costs in one region, in US dollars (in China in yuan). */
export interface Price {
  /** For each GB-second of one architecture, first tier. */
  readonly perGbSecond: number;
  readonly perRequest: number;
  readonly currency: 'USD' | 'CNY';
  /** From the table below, or from whoever asks. */
  readonly origin: 'list' | 'given';
}

/** A price that somebody names for a region that is not in the table, or for what was agreed with AWS. */
export type GivenPrice = Pick<Price, 'perGbSecond' | 'perRequest'>;

/** One billed invocation, as its REPORT line says. */
export interface BilledInvocation {
  readonly billedDurationMs: number;
  readonly memorySizeMb: number;
  readonly ephemeralStorageMb?: number;
}

export interface PriceQuery {
  readonly region: string | undefined;
  readonly architecture: 'x86_64' | 'arm64';
  /** Stronger than the list. */
  readonly given?: GivenPrice | undefined;
}

const FREE_EPHEMERAL_MB = 512;
const PER_EPHEMERAL_GB_SECOND = 0.000_000_030_9;

/** When the table below was compared with copies of the AWS price list (offer AWSLambda, first tier) that are public. */
export const PRICES_AS_OF = '2026-11';

interface RegionPrice {
  readonly x86_64: number;
  /** Absent where no public copy of the price list names it. */
  readonly arm64?: number;
  readonly perRequest: number;
  readonly currency?: 'CNY';
}

const COMMON: RegionPrice = { x86_64: 0.000_016_666_7, arm64: 0.000_013_333_4, perRequest: 0.000_000_2 };
const COMMON_X86: RegionPrice = { x86_64: COMMON.x86_64, perRequest: COMMON.perRequest };
const MIDDLE_EAST: RegionPrice = { x86_64: 0.000_020_666_7, arm64: 0.000_016_533_4, perRequest: 0.000_000_25 };

const COMMON_REGIONS = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1'],
  ...['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1', 'eu-north-1'],
  ...['ap-south-1', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
  ...['ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3'],
];

const COMMON_X86_REGIONS = [
  'us-gov-east-1',
  'us-gov-west-1',
  'ca-west-1',
  'eu-south-2',
  'ap-south-2',
  'ap-southeast-4',
];

/** The price of each GB-second and request by region. A region that is not here has no price that we know. */
const PRICES: ReadonlyMap<string, RegionPrice> = new Map([
  ...COMMON_REGIONS.map((region) => [region, COMMON] as const),
  ...COMMON_X86_REGIONS.map((region) => [region, COMMON_X86] as const),
  ['af-south-1', { x86_64: 0.000_022_1, arm64: 0.000_017_68, perRequest: 0.000_000_27 }],
  ['ap-east-1', { x86_64: 0.000_022_92, arm64: 0.000_018_3, perRequest: 0.000_000_28 }],
  ['eu-south-1', { x86_64: 0.000_019_517_2, arm64: 0.000_015_613_8, perRequest: 0.000_000_23 }],
  ['eu-central-2', { x86_64: 0.000_018_333_4, perRequest: 0.000_000_22 }],
  ['il-central-1', { x86_64: 0.000_017_5, perRequest: 0.000_000_21 }],
  ['me-south-1', MIDDLE_EAST],
  ['me-central-1', MIDDLE_EAST],
  ['cn-northwest-1', { x86_64: 0.000_113_477, perRequest: 0.000_001_36, currency: 'CNY' }],
]);

/**
 * The price that is given, or the list price of a region; free tier, discounts and the lower tiers of large accounts are left out.
 * Undefined for a region or architecture whose price is not known here.
 */
export function priceOf({ region = '', architecture, given }: PriceQuery): Price | undefined {
  if (given !== undefined) return { ...given, currency: region.startsWith('cn-') ? 'CNY' : 'USD', origin: 'given' };
  const price = PRICES.get(region);
  const perGbSecond = price?.[architecture];
  if (price === undefined || perGbSecond === undefined) return undefined;
  return { perGbSecond, perRequest: price.perRequest, currency: price.currency ?? 'USD', origin: 'list' };
}

/**
 * What one invocation on demand costs: its request, its memory for as long as is billed, and what /tmp
 * has above 512 MB (AWS Lambda pricing page).
 */
export function costOf(invocation: BilledInvocation, price: Price): number {
  const { billedDurationMs, memorySizeMb, ephemeralStorageMb = FREE_EPHEMERAL_MB } = invocation;
  const seconds = billedDurationMs / 1_000;
  const storageGb = Math.max(0, ephemeralStorageMb - FREE_EPHEMERAL_MB) / 1_024;
  return (
    price.perRequest +
    (memorySizeMb / 1_024) * seconds * price.perGbSecond +
    storageGb * seconds * PER_EPHEMERAL_GB_SECOND
  );
}
