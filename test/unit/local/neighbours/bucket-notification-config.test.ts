import { describe, expect, it } from 'vitest';
import { isNotified, parseNotificationConfig } from '../../../../src/local/neighbours/bucket-notification-config.js';

const XML = `<?xml version="1.0" encoding="UTF-8"?>
<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:r:a:q</Queue><Event>s3:ObjectRemoved:Delete</Event></QueueConfiguration>
  <CloudFunctionConfiguration>
    <CloudFunction>arn:aws:lambda:r:a:function:f</CloudFunction>
    <Event>s3:ObjectCreated:*</Event><Event>s3:ObjectRemoved:*</Event>
    <Filter><S3Key>
      <FilterRule><Name>Prefix</Name><Value>in/a&amp;b/</Value></FilterRule>
      <FilterRule><Name>suffix</Name><Value>.jpg</Value></FilterRule>
    </S3Key></Filter>
  </CloudFunctionConfiguration>
</NotificationConfiguration>`;

describe('parseNotificationConfig', () => {
  it('reads targets, events and filters', () => {
    expect(parseNotificationConfig(XML)).toEqual([
      {
        id: 'CloudFunctionConfiguration-0',
        targetArn: 'arn:aws:lambda:r:a:function:f',
        events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'],
        prefix: 'in/a&b/',
        suffix: '.jpg',
      },
      { id: 'q', targetArn: 'arn:aws:sqs:r:a:q', events: ['s3:ObjectRemoved:Delete'], prefix: '', suffix: '' },
    ]);
  });

  it('reads an empty configuration', () => {
    expect(parseNotificationConfig('<NotificationConfiguration/>')).toEqual([]);
  });
});

describe('isNotified', () => {
  const [byFunction, byQueue] = parseNotificationConfig(XML);
  it.each([
    ['ObjectCreated:Put', 'in/a&b/cat.jpg', true],
    ['ObjectCreated:Put', 'in/a&b/cat.png', false],
    ['ObjectCreated:Put', 'out/cat.jpg', false],
    ['ObjectRestore:Post', 'in/a&b/cat.jpg', false],
  ])('%s of %s: %s', (eventName, key, expected) => {
    expect(isNotified(byFunction!, eventName, key)).toBe(expected);
  });

  it('matches an event by its whole name', () => {
    expect(isNotified(byQueue!, 'ObjectRemoved:Delete', 'x')).toBe(true);
    expect(isNotified(byQueue!, 'ObjectRemoved:DeleteMarkerCreated', 'x')).toBe(false);
  });
});
