#!/bin/sh
# Real components for the tests: mail server, database, office suite, browser, OCR, fonts.  Debian and Ubuntu.
set -eu
[ "$(id -u)" = 0 ] || { echo "請以 root 執行：sudo make system-packages"; exit 2; }
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# Postfix must not start by itself or ask anything; the tests run it in folders of their own.
echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
apt-get install -q -y --no-install-recommends \
    python3-venv postfix swaks postgresql \
    libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui \
    chromium chromium-driver fonts-noto-cjk \
    tesseract-ocr tesseract-ocr-chi-tra p7zip-full poppler-utils
