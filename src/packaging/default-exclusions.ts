/**
 * What never belongs into a deployment package, as .gitignore patterns. A pattern of `exclude` or of
 * .lambdakitignore that starts with `!` takes one back.
 */
export const DEFAULT_EXCLUSIONS: readonly string[] = [
  '.git',
  '.hg',
  '.svn',
  '.lambdakit/',
  '/lambdakit.json',
  '/lambdakit.jsonc',
  '/lambdakit.yaml',
  '/lambdakit.yml',
  '.lambdakitignore',
  '.gitignore',
  '.gitattributes',
  '.DS_Store',
  'Thumbs.db',
  '.vscode/',
  '.idea/',
  '.env',
  '.env.*',
  '__pycache__/',
  '*.pyc',
  '.pytest_cache/',
  '.mypy_cache/',
  '.ruff_cache/',
  '.venv/',
  'node_modules/.bin/',
  'node_modules/.cache/',
  'node_modules/.package-lock.json',
];

/** Read from the root of the tree when it is there; the same syntax as .gitignore. */
export const IGNORE_FILE = '.lambdakitignore';
