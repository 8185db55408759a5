"""A course on generative models in MindSpore: the code that the notebooks import.

Data flows one way through the folders: `data` -> `models` and `training` -> `evaluation` and `viz`.
`lessons` puts them together; the notebooks and the command line stand on top.
"""

import os

# MindSpore reads its log level when it is first imported. While it traces a function it prints lines at
# ERROR level that mean nothing to a reader; real failures reach us as Python exceptions all the same.
os.environ.setdefault("GLOG_v", "4")

# On processors with AVX-512, oneDNN has no fast convolution for the plain NCHW layout that MindSpore 2.10 hands it: a
# training step of a small DCGAN takes 590 ms there, 7 ms with AVX2. It is read at the first convolution.
os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX2")
