import { describe, expect, it } from 'vitest';
import { changedSettings, initialSettings } from '../../../../../src/local/core/catalog/function-settings.js';
import { checkNewPackage } from '../../../../../src/local/core/catalog/package-type-rules.js';

const ZIP = { Handler: 'index.handler', Runtime: 'nodejs24.x' };
const IMAGE = { ImageUri: '000000000000.dkr.ecr.eu-west-1.amazonaws.com/x:1' };
const MANDATORY = 'Runtime and Handler are mandatory parameters for functions created with deployment packages.';
const NOT_FOR_IMAGES =
  "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.";

describe('a new function', () => {
  it.each([
    ['a zip without handler and runtime', 'Zip', {}, {}, MANDATORY],
    ['a zip without runtime', 'Zip', { Handler: 'index.handler' }, {}, MANDATORY],
    ['a zip from an image', 'Zip', ZIP, IMAGE, 'Please provide a source for function code.'],
    [
      'a zip with settings of an image',
      'Zip',
      { ...ZIP, ImageConfig: { Command: ['x'] } },
      {},
      "Please don't provide ImageConfig when the intended function PackageType is Zip.",
    ],
    ['an image with a handler', 'Image', { Handler: 'x' }, IMAGE, NOT_FOR_IMAGES],
    ['an image with a layer', 'Image', { Layers: ['arn'] }, IMAGE, NOT_FOR_IMAGES],
    ['an image without address', 'Image', {}, {}, /^Please provide ImageUri/],
  ] as const)('is refused as %s', (_, packageType, members, code, text) => {
    expect(() => checkNewPackage(packageType, members, code)).toThrow(text);
  });

  it('is taken as zip with handler and runtime, and as image without', () => {
    expect(() => checkNewPackage('Zip', ZIP, {})).not.toThrow();
    expect(() => checkNewPackage('Image', { Layers: [] }, IMAGE)).not.toThrow();
  });
});

describe('tenant isolation', () => {
  const tenants = { Runtime: 'java21', Handler: 'a.B', TenancyConfig: { TenantIsolationMode: 'PER_TENANT' } };

  it('is kept, and does not go with snapshots', () => {
    expect(initialSettings('fn', tenants, []).TenancyConfig).toEqual(tenants.TenancyConfig);
    const withSnapshots = { ...tenants, SnapStart: { ApplyOn: 'PublishedVersions' } };
    expect(() => initialSettings('fn', withSnapshots, [])).toThrow(/^SnapStart is not supported for functions with/);
  });
});

describe('changed settings', () => {
  it('lose key, file system and image settings that are emptied', () => {
    const zip = initialSettings(
      'fn',
      {
        ...ZIP,
        Role: 'arn:aws:iam::000000000000:role/r',
        KMSKeyArn: 'arn:aws:kms:eu-west-1:000000000000:key/1',
        FileSystemConfigs: [{ Arn: 'arn', LocalMountPath: '/mnt/a' }],
      },
      [],
    );
    expect(zip).toMatchObject({ KMSKeyArn: expect.any(String), FileSystemConfigs: [{ LocalMountPath: '/mnt/a' }] });
    const emptied = changedSettings(zip, { KMSKeyArn: '', FileSystemConfigs: [] }, undefined);
    expect(emptied).not.toHaveProperty('KMSKeyArn');
    expect(emptied).not.toHaveProperty('FileSystemConfigs');
    const image = initialSettings('fn', { PackageType: 'Image', ImageConfig: { Command: ['a'] } }, []);
    expect(image.ImageConfig).toEqual({ Command: ['a'] });
    expect(changedSettings(image, { ImageConfig: {} }, undefined)).not.toHaveProperty('ImageConfig');
    expect(() => changedSettings(image, { Handler: 'x' }, undefined)).toThrow(NOT_FOR_IMAGES);
  });
});
