import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';

/** Which folders of src a folder may import: the arrows of the architecture (CONTRIBUTING.md draws them). */
const core = ['base', 'contract'];
const mathematics = [...core, 'statistics', 'graph', 'ops', 'autodiff', 'runtime', 'linop'];
const learning = [...mathematics, 'nn', 'data', 'optim'];
const arrows = {
  base: [],
  contract: ['base'],
  statistics: ['base'],
  arrays: ['base'],
  graph: core,
  ops: [...core, 'graph'],
  autodiff: [...core, 'graph', 'ops'],
  runtime: [...core, 'graph', 'ops', 'autodiff'],
  linop: [...core, 'statistics'],
  nn: mathematics,
  onnx: [...mathematics, 'nn'],
  data: [...core, 'arrays'],
  optim: [...mathematics, 'nn'],
  curvature: [...mathematics, 'nn', 'data', 'optim', 'train'],
  theory: mathematics,
  train: learning,
  landscape: [...learning, 'train', 'curvature'],
  quantities: [...learning, 'train', 'curvature', 'landscape'],
  probes: [...learning, 'train', 'curvature', 'quantities'],
  store: [...core, 'arrays'],
  sync: [...core, 'store', 'data'],
  workers: ['base'],
  claims: [...core, 'statistics'],
  figures: [...core, 'statistics'],
  run: [
    ...learning,
    ...['onnx', 'train', 'curvature', 'landscape', 'quantities', 'probes', 'store', 'workers', 'arrays'],
  ],
  studies: [
    ...learning,
    ...['theory', 'train', 'curvature', 'landscape', 'quantities', 'run', 'store', 'claims', 'figures'],
  ],
  sweep: [...core, 'statistics', 'workers', 'data', 'run', 'store', 'studies', 'sync'],
  reproduce: [...mathematics, 'data', 'workers', 'run', 'store', 'claims', 'figures', 'studies', 'sweep'],
  server: [
    ...core,
    'data',
    'statistics',
    'store',
    'sync',
    'workers',
    'figures',
    'run',
    'studies',
    'reproduce',
    'sweep',
  ],
  cli: [
    ...learning,
    ...[
      'onnx',
      'curvature',
      'landscape',
      'quantities',
      'run',
      'store',
      'figures',
      'studies',
      'reproduce',
      'sweep',
      'sync',
      'server',
    ],
  ],
};

const folders = Object.keys(arrows);
const arrowRules = folders.map((folder) => ({
  files: [`src/${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: [
              ...folders
                .filter((other) => other !== folder && !arrows[folder].includes(other))
                .map((other) => `**/${other}/**`),
              '!./**',
            ],
            message: `src/${folder} may import only ${arrows[folder].join(', ') || 'nothing'} (see eslint.config.js).`,
          },
          {
            regex: `^(\\.\\./)+(${folders.filter((other) => other !== folder).join('|')})/(?!((node|core|papers|point)/)?index\\.ts$)`,
            message: 'Import another folder through its index.ts.',
          },
        ],
      },
    ],
  },
}));

const coreFolders = [
  'base',
  'contract',
  'statistics',
  'claims',
  'graph',
  'ops',
  'autodiff',
  'linop',
  'nn',
  'onnx',
  'optim',
  'curvature',
  'landscape',
  'train',
  'quantities',
  'probes',
  'theory',
];

export default ts.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      'test-output/**',
      'runs/**',
      '**/*_pb.ts',
      'eslint.config.js',
      '**/*.config.ts',
    ],
  },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  {
    files: ['**/*.ts'],
    plugins: { 'import-x': importX },
    languageOptions: {
      parserOptions: {
        project: [
          './tsconfig.core.json',
          './tsconfig.node.json',
          './tsconfig.browser.json',
          './tsconfig.test.json',
          './web/tsconfig.json',
          './web/lab/worker/tsconfig.json',
          './web/lab/service-worker/tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'Random numbers come from a seeded stream (src/base/random.ts).',
        },
      ],
    },
  },
  { files: ['src/**/*.ts'], ignores: ['src/cli/**'], rules: { 'no-console': 'error' } },
  {
    files: coreFolders.map((folder) => `src/${folder}/**/*.ts`),
    rules: { 'no-restricted-globals': ['error', 'Date', 'performance', 'process', 'window', 'document'] },
  },
  ...arrowRules,
  ...svelte.configs.recommended.map((config) => ({ ...config, files: config.files ?? ['web/**/*.svelte'] })),
  {
    files: ['web/**/*.svelte', 'web/**/*.svelte.ts'],
    ...ts.configs.disableTypeChecked,
    languageOptions: { parserOptions: { parser: ts.parser, program: null, project: false, projectService: false } },
  },
  { files: ['web/**', 'tools/**/*.js'], rules: { 'no-undef': 'off' } },
  { files: ['**/*.js'], ...ts.configs.disableTypeChecked },
  {
    files: ['bench/**/*.ts', 'tools/**/*.ts', 'examples/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
);
