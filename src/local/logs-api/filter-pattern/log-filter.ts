/** Says whether a log event fits. */
export type LogFilter = (message: string) => boolean;
