import { withoutNothing } from './imported-project.js';
import type { Mapping, TemplateReader } from './template-values.js';

/** Reads `DeploymentPreference` (SAM developer guide, "Deploying serverless applications gradually"). */
export function deploymentOf(preference: unknown, path: string, reader: TemplateReader): unknown {
  if (preference === undefined) return undefined;
  const { Type, Alarms, Hooks, Enabled } = preference as Mapping;
  if (Enabled === false) return undefined;
  if (Hooks !== undefined) reader.note(`${path}.Hooks`, 'name a command in "check", or an event in "probe"');
  const steps = /^(Canary|Linear)(\d+)Percent(?:Every)?(\d+)Minutes?$/.exec(String(Type ?? ''));
  if (steps === null && Type !== 'AllAtOnce') {
    reader.note(`${path}.Type`, 'no preset of CodeDeploy: write "percentage" and "wait"');
    return undefined;
  }
  return withoutNothing({
    ...(steps === null
      ? { type: 'all-at-once' }
      : { type: steps[1] === 'Canary' ? 'canary' : 'linear', percentage: Number(steps[2]), wait: `${steps[3]}m` }),
    alarms: Alarms,
  });
}
