ln -s /etc/hostname outside
