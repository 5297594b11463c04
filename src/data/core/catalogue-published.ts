import type { CatalogueEntry, Checksum, DataFile } from './catalogue.ts';

const sha256 = (value: string): Checksum => ({ algorithm: 'sha256', of: 'contents', value });
const md5 = (value: string): Checksum => ({ algorithm: 'md5', of: 'published', value });

/** A file in IDX format: the classic name has dashes, unpacking tools often make the last one a dot. */
const idxFile = (
  part: string,
  kind: 'idx1' | 'idx3',
  bytes: number,
  downloadBytes: number,
  checksum: Checksum,
): DataFile => ({
  name: `${part}-${kind}-ubyte`,
  published: `${part}-${kind}-ubyte.gz`,
  alternatives: [`${part}.${kind}-ubyte`],
  bytes,
  downloadBytes,
  checksum,
});

/** An archive that holds a whole data set; it is read as it is published. */
const archive = (name: string, bytes: number, checksum: Checksum): DataFile => ({
  name,
  published: name,
  alternatives: [],
  bytes,
  downloadBytes: bytes,
  checksum,
});

export const mnist: CatalogueEntry = {
  name: 'mnist',
  title: 'MNIST',
  description: 'handwritten digits, 28 × 28 grey pixels',
  inputShape: [1, 28, 28],
  classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  examples: { train: 60_000, test: 10_000 },
  origin: 'published',
  licence: 'CC BY-SA 3.0',
  source: 'Y. LeCun, C. Cortes, C. J. C. Burges, http://yann.lecun.com/exdb/mnist/',
  // Mean and standard deviation of all training pixels, to the four digits that are commonly used.
  normalisation: { mean: [0.1307], std: [0.3081] },
  // In the order in which the loader takes them: training images, training labels, test images, test labels.
  files: [
    idxFile(
      'train-images',
      'idx3',
      47_040_016,
      9_912_422,
      sha256('ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db'),
    ),
    idxFile(
      'train-labels',
      'idx1',
      60_008,
      28_881,
      sha256('65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5'),
    ),
    idxFile(
      't10k-images',
      'idx3',
      7_840_016,
      1_648_877,
      sha256('0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7'),
    ),
    idxFile(
      't10k-labels',
      'idx1',
      10_008,
      4_542,
      sha256('ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2'),
    ),
  ],
  forms: [],
  mirrors: [
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
    'https://raw.githubusercontent.com/fgnt/mnist/master/',
  ],
};

export const fashionMnist: CatalogueEntry = {
  name: 'fashion-mnist',
  title: 'Fashion-MNIST',
  description: 'articles of clothing, 28 × 28 grey pixels',
  inputShape: [1, 28, 28],
  classNames: [
    'T-shirt/top',
    'trouser',
    'pullover',
    'dress',
    'coat',
    'sandal',
    'shirt',
    'sneaker',
    'bag',
    'ankle boot',
  ],
  examples: { train: 60_000, test: 10_000 },
  origin: 'published',
  licence: 'MIT',
  source: 'H. Xiao, K. Rasul, R. Vollgraf, https://github.com/zalandoresearch/fashion-mnist',
  // Mean and standard deviation of all training pixels, to the four digits that are commonly used.
  normalisation: { mean: [0.286], std: [0.353] },
  // The authors publish MD5 of the compressed files.
  files: [
    idxFile('train-images', 'idx3', 47_040_016, 26_421_880, md5('8d4fb7e6c68d591d4c3dfef9ec88bf0d')),
    idxFile('train-labels', 'idx1', 60_008, 29_515, md5('25c81989df183df01b3e8a0aad5dffbe')),
    idxFile('t10k-images', 'idx3', 7_840_016, 4_422_102, md5('bef4ecab320f06d8554ea6380940ec79')),
    idxFile('t10k-labels', 'idx1', 10_008, 5_148, md5('bb300cfdad3c16e7a12a480ee83cd310')),
  ],
  forms: [],
  mirrors: ['https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/'],
};

export const cifar10: CatalogueEntry = {
  name: 'cifar-10',
  title: 'CIFAR-10',
  description: 'photographs in ten classes, 32 × 32 colour pixels',
  inputShape: [3, 32, 32],
  classNames: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
  examples: { train: 50_000, test: 10_000 },
  origin: 'published',
  licence: 'none stated',
  source:
    'A. Krizhevsky, “Learning Multiple Layers of Features from Tiny Images”, https://www.cs.toronto.edu/~kriz/cifar.html',
  // Of all training pixels of the official release, to the four digits that are commonly used.
  normalisation: { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
  files: [archive('cifar-10-binary.tar.gz', 170_052_171, md5('c32a1d4ab5d03f1284b67883e8d87530'))],
  forms: [
    { name: 'cifar-10-batches-bin', checksum: null },
    { name: 'cifar10-jpeg', checksum: null },
    // A JPEG version, not part of the official release: pixels differ from it by the compression.
    {
      name: 'cifar10-jpeg.tar.gz',
      checksum: sha256('f0d8cf1ce715e91993ca80bbb9f400ca8db583deac8841ab6ec00285c711450e'),
    },
  ],
  mirrors: ['https://www.cs.toronto.edu/~kriz/'],
};

export const tinyImageNet: CatalogueEntry = {
  name: 'tiny-imagenet',
  title: 'Tiny ImageNet',
  description: 'photographs in 200 classes, 64 × 64 colour pixels',
  inputShape: [3, 64, 64],
  classNames: [],
  examples: { train: 100_000, test: 10_000 },
  origin: 'published',
  licence: 'for research and education (ImageNet terms of access)',
  source: 'Stanford CS231n, from ImageNet, https://cs231n.stanford.edu/',
  normalisation: null,
  files: [archive('tiny-imagenet-200.zip', 248_100_043, md5('90528d7ca1a48142e341f4ef8d21d0de'))],
  forms: [
    { name: 'tiny-imagenet-200', checksum: null },
    {
      name: 'tiny-imagenet-subset.tar',
      checksum: sha256('e83e5ad039322e638d0252ce8f5d824e257adf6e27acd8d7aaa836ed70920620'),
    },
  ],
  mirrors: ['https://cs231n.stanford.edu/', 'http://cs231n.stanford.edu/'],
};
