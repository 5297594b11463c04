/**
 * Data sets that a worker keeps in memory for its next run, bytes. MNIST and CIFAR-10 are 240 MB, decoded. Reading them again takes
 * longer than a short training.
 */
export const keptBytes = 256e6;
