export type RuntimeFamily = 'nodejs' | 'python' | 'java' | 'dotnet' | 'ruby' | 'provided';

/** A managed runtime that functions can be created with. Dates are `YYYY-MM-DD`; an absent one is not announced. */
export interface RuntimeFacts {
  readonly id: string;
  readonly family: RuntimeFamily;
  readonly operatingSystem: 'al2' | 'al2023';
  readonly hasSnapStart?: boolean;
  readonly deprecation?: string;
  readonly blockCreate?: string;
  readonly blockUpdate?: string;
}

/** The developer guide's page "Lambda runtimes", as of November 2026. */
export const RUNTIMES: readonly RuntimeFacts[] = [
  { id: 'nodejs26.x', family: 'nodejs', operatingSystem: 'al2023' },
  {
    id: 'nodejs24.x',
    family: 'nodejs',
    operatingSystem: 'al2023',
    deprecation: '2028-04-30',
    blockCreate: '2028-06-01',
    blockUpdate: '2028-07-01',
  },
  {
    id: 'nodejs22.x',
    family: 'nodejs',
    operatingSystem: 'al2023',
    deprecation: '2027-04-30',
    blockCreate: '2027-06-01',
    blockUpdate: '2027-07-01',
  },
  {
    id: 'nodejs20.x',
    family: 'nodejs',
    operatingSystem: 'al2023',
    deprecation: '2026-04-30',
    blockCreate: '2027-07-29',
    blockUpdate: '2027-08-31',
  },
  {
    id: 'nodejs18.x',
    family: 'nodejs',
    operatingSystem: 'al2',
    deprecation: '2025-09-01',
    blockCreate: '2027-07-29',
    blockUpdate: '2027-08-31',
  },
  {
    id: 'nodejs16.x',
    family: 'nodejs',
    operatingSystem: 'al2',
    deprecation: '2024-06-12',
    blockCreate: '2027-07-29',
    blockUpdate: '2027-08-31',
  },
  { id: 'python3.15', family: 'python', operatingSystem: 'al2023' },
  {
    id: 'python3.14',
    family: 'python',
    operatingSystem: 'al2023',
    hasSnapStart: true,
    deprecation: '2029-06-30',
    blockCreate: '2029-07-31',
    blockUpdate: '2029-08-31',
  },
  {
    id: 'python3.13',
    family: 'python',
    operatingSystem: 'al2023',
    hasSnapStart: true,
    deprecation: '2029-06-30',
    blockCreate: '2029-07-31',
    blockUpdate: '2029-08-31',
  },
  {
    id: 'python3.12',
    family: 'python',
    operatingSystem: 'al2023',
    hasSnapStart: true,
    deprecation: '2028-10-31',
    blockCreate: '2028-11-30',
    blockUpdate: '2029-01-10',
  },
  {
    id: 'python3.11',
    family: 'python',
    operatingSystem: 'al2',
    deprecation: '2027-06-30',
    blockCreate: '2027-07-29',
    blockUpdate: '2027-08-31',
  },
  {
    id: 'python3.10',
    family: 'python',
    operatingSystem: 'al2',
    deprecation: '2026-10-31',
    blockCreate: '2027-07-29',
    blockUpdate: '2027-08-31',
  },
  {
    id: 'python3.9',
    family: 'python',
    operatingSystem: 'al2',
    deprecation: '2025-12-15',
    blockCreate: '2027-07-29',
    blockUpdate: '2027-08-31',
  },
  {
    id: 'python3.8',
    family: 'python',
    operatingSystem: 'al2',
    deprecation: '2024-10-14',
    blockCreate: '2027-07-29',
    blockUpdate: '2027-08-31',
  },
  {
    id: 'java25',
    family: 'java',
    operatingSystem: 'al2023',
    hasSnapStart: true,
    deprecation: '2029-06-30',
    blockCreate: '2029-07-31',
    blockUpdate: '2029-08-31',
  },
  {
    id: 'java21',
    family: 'java',
    operatingSystem: 'al2023',
    hasSnapStart: true,
    deprecation: '2029-06-30',
    blockCreate: '2029-07-31',
    blockUpdate: '2029-08-31',
  },
  {
    id: 'java17',
    family: 'java',
    operatingSystem: 'al2',
    hasSnapStart: true,
    deprecation: '2027-06-30',
    blockCreate: '2027-07-29',
    blockUpdate: '2027-08-31',
  },
  { id: 'java17.al2023', family: 'java', operatingSystem: 'al2023', deprecation: '2029-06-30' },
  {
    id: 'java11',
    family: 'java',
    operatingSystem: 'al2',
    hasSnapStart: true,
    deprecation: '2027-06-30',
    blockCreate: '2027-07-29',
    blockUpdate: '2027-08-31',
  },
  { id: 'java11.al2023', family: 'java', operatingSystem: 'al2023', deprecation: '2029-06-30' },
  {
    id: 'java8.al2',
    family: 'java',
    operatingSystem: 'al2',
    deprecation: '2027-06-30',
    blockCreate: '2027-07-29',
    blockUpdate: '2027-08-31',
  },
  { id: 'java8.al2023', family: 'java', operatingSystem: 'al2023', deprecation: '2029-06-30' },
  {
    id: 'dotnet10',
    family: 'dotnet',
    operatingSystem: 'al2023',
    hasSnapStart: true,
    deprecation: '2028-11-14',
    blockCreate: '2028-12-14',
    blockUpdate: '2029-01-15',
  },
  {
    id: 'dotnet8',
    family: 'dotnet',
    operatingSystem: 'al2023',
    hasSnapStart: true,
    deprecation: '2026-11-10',
    blockCreate: '2027-07-29',
    blockUpdate: '2027-08-31',
  },
  {
    id: 'dotnet6',
    family: 'dotnet',
    operatingSystem: 'al2',
    deprecation: '2024-12-20',
    blockCreate: '2027-07-29',
    blockUpdate: '2027-08-31',
  },
  { id: 'ruby4.0', family: 'ruby', operatingSystem: 'al2023' },
  {
    id: 'ruby3.4',
    family: 'ruby',
    operatingSystem: 'al2023',
    deprecation: '2028-03-31',
    blockCreate: '2028-04-30',
    blockUpdate: '2028-05-31',
  },
  {
    id: 'ruby3.3',
    family: 'ruby',
    operatingSystem: 'al2023',
    deprecation: '2027-03-31',
    blockCreate: '2027-07-29',
    blockUpdate: '2027-08-31',
  },
  {
    id: 'ruby3.2',
    family: 'ruby',
    operatingSystem: 'al2',
    deprecation: '2026-03-31',
    blockCreate: '2027-07-29',
    blockUpdate: '2027-08-31',
  },
  {
    id: 'provided.al2023',
    family: 'provided',
    operatingSystem: 'al2023',
    deprecation: '2029-06-30',
    blockCreate: '2029-07-31',
    blockUpdate: '2029-08-31',
  },
  {
    id: 'provided.al2',
    family: 'provided',
    operatingSystem: 'al2',
    deprecation: '2026-07-31',
    blockCreate: '2027-07-29',
    blockUpdate: '2027-08-31',
  },
];

/** Runtimes that exist in the API but may no longer be used to create or update a function. */
export const BLOCKED_RUNTIMES: ReadonlySet<string> = new Set([
  'nodejs',
  'nodejs4.3',
  'nodejs4.3-edge',
  'nodejs6.10',
  'nodejs8.10',
  'nodejs10.x',
  'nodejs12.x',
  'nodejs14.x',
  'python2.7',
  'python3.6',
  'python3.7',
  'java8',
  'dotnetcore1.0',
  'dotnetcore2.0',
  'dotnetcore2.1',
  'dotnetcore3.1',
  'go1.x',
  'ruby2.5',
  'ruby2.7',
  'provided',
]);

/** The runtimes in the order in which the service prints them when it refuses one at CreateFunction. */
export const PRINTED_RUNTIMES =
  'nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, nodejs18.x, provided.al2, java8.al2';

/** The same for the filter CompatibleRuntime of layer lists, where the service knows also names of old. */
export const PRINTED_LAYER_RUNTIMES =
  'ruby3.5, ruby2.6, dotnetcore1.0, python3.7, nodejs8.10, nasa, ruby2.7, python2.7-greengrass, dotnetcore2.0, python3.8, java21, dotnet6, dotnetcore2.1, python3.9, java11, nodejs6.10, provided, dotnetcore3.1, dotnet8, java25, java17, nodejs, nodejs4.3, java8.al2, go1.x, dotnet10, nodejs20.x, go1.9, byol, nodejs10.x, provided.al2023, nodejs22.x, python3.10, java8, nodejs12.x, python3.11, nodejs24.x, nodejs8.x, python3.12, nodejs14.x, nodejs8.9, nodejs26.x, python3.13, python3.14, nodejs16.x, python3.15, provided.al2, nodejs4.3-edge, nodejs18.x, ruby3.2, python3.4, ruby3.3, ruby3.4, ruby2.5, python3.6, python2.7';

/** What is known of a runtime identifier; undefined for a blocked or unknown one. */
export function findRuntime(id: string): RuntimeFacts | undefined {
  return RUNTIMES.find((runtime) => runtime.id === id);
}
