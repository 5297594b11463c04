/** Importing this file registers every operator. */
import './sources.ts';
import './unary.ts';
import './trigonometry.ts';
import './clip.ts';
import './binary.ts';
import './reduce.ts';
import './movement.ts';
import './indexed.ts';
import './cumulative.ts';
import './matmul.ts';
import './gemm.ts';
import './softmax.ts';
import './conv.ts';
import './average-pool.ts';
import './max-pool.ts';
import './batch-norm.ts';
