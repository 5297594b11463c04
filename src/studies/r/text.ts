/** Paper R in our own words. */
export const text = `**Two minima (R-surface, R-rosen, R-sgdl, R-boltz, R-volume).** The report asks whether SGD and SGD with Langevin noise end in flat rather than in sharp
minima. It builds a loss on a square with a flat trough and a sharp well of equal depth, starts both methods at random points, and counts where they
end; Rosenbrock's valley is a second test. Its runs moved both coordinates by one forward difference along (1, 1), which is no
gradient: we follow the gradient, offer that rule by name, and compare the shares of end points with the areas of the basins. Constant noise is compared with Boltzmann's
law, and the same two wells are followed into higher dimensions, where volume favours the flat one.

**Noise on images (R-data).** The report trains a fully connected network on MNIST and on CIFAR-10 by SGD-Langevin, \`w ← w − γ∇V + γ'_k W\`, for five
noise levels γ' from 0 to 0.1, and finds the same good results with all of them. Its noise decays as \`γ'/(1 + k)\` with the
update k, so that all that it ever adds has a standard deviation of \`γ'·π/√6\`, most of it in the first few updates. We
repeat that (784-512-512-10, learning rate 0.01, batches of 32; without its dropout) and judge equality by the test accuracy of runs with the same
seed. Beside it, and beyond the report, stands noise that does not decay: its variance grows with every update.

**Natural and random labels (R-labels).** The article that the report examines says that minima under natural labels are flat and under random labels sharp. The report's
surfaces, \`λ₁w₁ + λ₂w₂ + λ₃w₃\` through three minimisers, do not show it. Its networks were trained for ten epochs,
which does not fit random labels, and its losses are those of the test set. We train three networks from independent starts on the same examples until both kinds of
labels are fitted, take each network where its training loss first is at most 0.05 nat, and evaluate the **training** loss over the simplex and
half of its height beyond every edge. Numbers of flatness are over the simplex itself: the mean rise above the
vertices, the highest rise, and the share of points with at most 0.5 nat. Minimisers of independent starts lie in basins of their own, so that the rise
between them also tells how far the basins are apart; the numbers compare the two kinds of labels under the same conditions.
`;
