/** One line of a bucket's notification configuration. */
export interface BucketNotification {
  readonly id: string;
  readonly targetArn: string;
  /** Such as `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

/** Names of the elements in the XML of PutBucketNotificationConfiguration (S3 API reference). */
const TARGET_ELEMENTS: Readonly<Record<string, string>> = {
  CloudFunctionConfiguration: 'CloudFunction',
  LambdaFunctionConfiguration: 'LambdaFunctionArn',
  QueueConfiguration: 'Queue',
  TopicConfiguration: 'Topic',
};

/** Reads the XML of a notification configuration. It is written by machines, so one level of patterns suffices. */
export function parseNotificationConfig(xml: string): BucketNotification[] {
  return Object.entries(TARGET_ELEMENTS).flatMap(([element, target]) =>
    contents(xml, element).map((block, index) => {
      const rules = contents(block, 'FilterRule').map((rule) => [
        contents(rule, 'Name')[0]?.toLowerCase(),
        contents(rule, 'Value')[0] ?? '',
      ]);
      return {
        id: contents(block, 'Id')[0] ?? `${element}-${index}`,
        targetArn: contents(block, target)[0] ?? '',
        events: contents(block, 'Event'),
        prefix: rules.find(([name]) => name === 'prefix')?.[1] ?? '',
        suffix: rules.find(([name]) => name === 'suffix')?.[1] ?? '',
      };
    }),
  );
}

/** Whether a change of an object is to be told. `eventName` has no `s3:` in front, like `ObjectCreated:Put`. */
export function isNotified(notification: BucketNotification, eventName: string, key: string): boolean {
  const isWanted = notification.events.some((pattern) => {
    const wanted = pattern.replace(/^s3:/, '');
    return wanted.endsWith('*') ? eventName.startsWith(wanted.slice(0, -1)) : wanted === eventName;
  });
  return isWanted && key.startsWith(notification.prefix) && key.endsWith(notification.suffix);
}

function contents(xml: string, element: string): string[] {
  return [...xml.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, 'g'))].map(([, text = '']) =>
    text.includes('<') ? text : unescapeXml(text.trim()),
  );
}

function unescapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (whole, name: string) => entities[name] ?? whole);
}
