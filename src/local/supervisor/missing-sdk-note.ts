const MISSING = /Cannot find (?:module|package) '(@aws-sdk\/[^'/\\]+)/;
/** An error that is cut in two by the pipe is still found: this much of the output before is looked at again. */
const REMEMBERED_CHARACTERS = 200;

/**
 * Lets a process's output pass and, when it tells that a package of the AWS SDK is not found, says once
 * why: AWS has it in the runtime, the local service takes it from the project.
 */
export function createMissingSdkNote(onOutput: (chunk: Uint8Array) => void): (chunk: Uint8Array) => void {
  let before = '';
  let isNoted = false;
  return (chunk) => {
    onOutput(chunk);
    if (isNoted) return;
    const text = before + Buffer.from(chunk).toString('latin1');
    const name = MISSING.exec(text)?.[1];
    before = text.slice(-REMEMBERED_CHARACTERS);
    if (name === undefined) return;
    isNoted = true;
    onOutput(Buffer.from(`${text.endsWith('\n') ? '' : '\n'}${noteOf(name)}\n`));
  };
}

function noteOf(name: string): string {
  return [
    `lambdakit: ${name} is part of Lambda's Node.js runtimes, but not installed in this project.`,
    `Install it for local runs (npm install --save-dev ${name}), or put it into the package (build.bundleAwsSdk).`,
  ].join(' ');
}
