printf 'FROM scratch\r\nCOPY <<EOT /file\r\nline one\r\nline two\r\nEOT\r\n' > Dockerfile
