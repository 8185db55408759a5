# The course in a container: `docker build -t gan-course .`, and how to run it: docs/install.md.
# The first stage is what .devcontainer/ builds: a Python, and what the course needs of the system.
FROM python:3.12-slim-bookworm AS system

# make and git for the commands of the README; libgomp1, which MindSpore loads and a slim image has not.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends git libgomp1 make \
 && rm -rf /var/lib/apt/lists/*

# JupyterLab refuses to be run by root.
RUN useradd --create-home --uid 1000 student

FROM system AS course

# What the lessons write belongs to who runs them.
RUN install -d -o 1000 /course /course/work /course/outputs
USER 1000
WORKDIR /course
COPY --chown=1000 . .
RUN PIP_NO_CACHE_DIR=1 make venv

EXPOSE 8888
CMD ["make", "lab", "IP=0.0.0.0"]
