/** Paper M in our own words: Markdown. */
export const text = `
## What the paper says

A minimum is called flat when the trace of the loss's Hessian is small there, and flat minima are said to generalise better. The
paper holds that, under the cross-entropy, flatness of this kind is mostly another name for large classification margins, which
are cheaper to have and better understood.

It begins with an affine classifier, whose Hessian trace on one example has a closed form, the *affine trace*
(ACEHT): \`(‖x‖² + 1)(1 − Σ_j S_j²)\` with the softmax S. The second factor is zero when one class has all the probability, and largest when
all have the same (figure 1). For a correctly classified example it is at most \`1 − γ²\` with the softmax margin
\`γ = S_y − max_{j≠y} S_j\`: the *margin bound*. For deep networks, where neither is exact, the paper estimates the traces of 1,000
examples along training and reports their correlation with both: between 0.8 and 1 for correctly classified examples, growing
with training accuracy, and none for the others (figure 3, appendix B).

From there it looks anew at small and large batches. With as many updates, batches of 256 end at a smaller trace and generalise
better than batches of 4,096; but their margins also differ, and the paper's reading is that the large batch had no time to enlarge
its margins (table 1, figure 4). Last, it proves that scaling the top layer of a network that fits all its examples makes every second
derivative vanish while no prediction changes, so that flatness by itself compares nothing (proposition 5.1).

## What is measured here

- **Traces are exact.** The paper estimates them by Hutchinson's method, one example at a time, which it says takes 1.5 hours for
  MNIST. For networks that are piecewise linear in each parameter alone, as all of the paper's are with running statistics of batch
  normalisation, a few reverse passes of whole chunks give the trace of every example without an error. The affine classifier
  compares closed form, exact trace and estimate.
- **The affine trace of a deep network** is taken with x its input, as in the paper, and also with x the features that the top layer
  sees: then it is exactly the top layer's part of the trace.
- **Correlations** are Pearson's r over 1,000 training examples, apart for correctly and wrongly classified ones, with and without
  outliers (local outlier factor above 1.5 among 20 neighbours). Claims take r without outliers, as the paper does, and one asks
  whether their removal matters. Wrong examples are looked at while at least 5 % of the training examples are wrong; later
  there are too few of them. "Late" is the second half of training.
- **Small and large batch** begin at the same weights. Margins are signed, so that an error counts as a negative margin and not as a
  large one; the table shows the skewness of absolute margins, which the paper uses, beside it.
- **Equal epochs.** With as many updates, the large batch has already seen sixteen times as many epochs as the small one: "as many
  epochs" is a sixteenth of its updates, not more of them. Since the learning rate is constant, one long run of the large batch passes
  through all three moments, and each has a claim: as many epochs, as many updates, and four times as many updates.
- **Scaling** is computed, where the paper proves: all second derivatives of a small network at once, in float64, for α up to 1024.
- **Cost** is wall time on this machine, the only numbers here that are not the same every time. It asks two things: whether margins are
  a thousand times cheaper than estimates one by one, and what is left of that factor when traces are exact.

## Where the setting differs

The text leaves the widths of the fully connected network, the batch size of the runs of section 3 and their learning rate open: 512
units (network F1 of Keskar et al., whose experiment the paper repeats), 256 and 0.1 are taken. Batch normalisation uses its running
statistics wherever single examples are measured, as they do not exist with statistics of a batch; at initialisation these are 0 and 1. The
smaller scales take fewer examples and updates, and for the comparison of batches smaller batches of the same ratio and narrower
layers; definitions stay the same.
`.trim();
