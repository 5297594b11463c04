/** Paper F in our own words. */
export const text = `SGD with learning rate δ and batches of m examples wanders about a minimum of the loss f instead of resting in it. Two
theories say how far above the minimum it stays on average. One assumes that the covariance σ² of single examples' gradients equals the
Hessian H, and predicts an excess loss of \`(δ/4m) tr H\`, from three factors: learning rate, batch size, Hessian. The other
assumes nothing of the kind and predicts \`(δ/4m) tr σ²\`, with the covariance as a fourth factor, and
\`(δ/2m) tr(σ²H)\` for the squared norm of the gradient. The paper trains ResNet-56 on CIFAR-10 to compare them. It reports that equal ratios
of batch size and learning rate give equal learning curves and different ratios different ones, that tr H is several
times tr σ² under the Kullback–Leibler loss, the more so the larger the learning rate, and that both agree under the log loss.

**Losses.** The Kullback–Leibler divergence between one-hot labels and predictions differs from cross-entropy by the entropy of the labels,
which is zero: up to the clipping of probabilities at 1e-7 that the paper's software applies, \`kullback-leibler\` and
\`log-loss\` are one function, with one gradient and one Hessian. That the traces agree under one and differ under the other can therefore not both
be so; the ledger has both claims. What figure 3 trains on, "the gradient of the log loss", is a vector: we take its squared norm,
\`Σ_j (p_j − y_j)²\` (\`log-loss-gradient\`).

**Curves (F-kld, F-log, F-models).** The text does not name the settings of figures 2 and 3. From table 1 we take the two settings with
BS/LR = 1,000 (equal), the one with 1,250 (near), and those with 200 and 6,250 (far), and compare accuracies epoch by epoch, for each seed.

**Traces (F-table).** Both are measured at the end of training over the same examples, with the running statistics of batch
normalisation: with those of a batch, single examples have no gradients. tr σ² is the trace of the covariance with \`1/(N−1)\`; tr H is exact for
networks of this kind, and contains the penalty. Powers in learning rate and batch size are fitted to logarithms by least squares.

**Predictions (F-pred).** The paper infers from the traces which prediction is better; we measure the excess itself. A run trains at a constant learning
rate with independently drawn batches. The mean training loss over its last epochs, less the loss at the end of a further
training from there with a hundredth of the learning rate, is the measured excess; both traces are taken at that end. The loss of a network
keeps falling slowly, so that its "stationary" mean holds some descent, and the annealed end is no exact minimum: the excess
measured for networks leans upwards. For that reason the same is done for softmax regression with a penalty on MNIST-1D, where there is one minimum and
the full batch reaches it.

**Dynamics (F-ricc, F-sde).** The stationary covariance Γ of \`√(m/δ)(x − x*)\` solves \`ΓH + HΓ = σ²\`; it is solved and compared with the covariance of
iterates. SGD is compared with its stochastic differential equation, with gradient flow, and with the Ornstein–Uhlenbeck process that the scaled distance from
the flow tends to as δ falls.

**Where we differ.** Convolutions have no bias before batch normalisation, and the penalty also counts the weights of the scores. At scale laptop a
ResNet-8 is trained on 1,000 images for 15 epochs with batch sizes 20, 40 and 100; learning rates, ratios among the settings and the shape of
the schedule stay. Running statistics follow faster there, because there are fewer updates.
`;
