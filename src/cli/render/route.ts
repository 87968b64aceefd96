/** An HTTP route that the local service serves. */
export interface StartedRoute {
  /** As the project file writes it. */
  readonly route: string;
  readonly front: 'http' | 'rest' | 'alb';
  readonly functionName: string;
  /** Of `$default` that of any path. */
  readonly url: string;
}

/** A route in one line: method, address, function. */
export function renderRoute({ route, url, functionName, front }: StartedRoute): string {
  const [method] = route === '$default' ? ['ANY'] : route.split(' ');
  return `${method} ${url} -> ${functionName}${front === 'http' ? '' : ` (${front})`}`;
}
