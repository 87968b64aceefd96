/**
 * The one date of all entries: the first that a zip archive can hold. Never the time of the build, so
 * that equal content gives equal bytes (reproducible-builds.org, "Archive metadata").
 */
export const ARCHIVE_DATE = new Date('1980-01-01T00:00:00Z');

/** zlib's default. Part of what makes archives equal, so it must not follow the machine. */
export const COMPRESSION_LEVEL = 6;
