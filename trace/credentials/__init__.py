"""What people prove themselves with: passwords, one-time codes, passkeys. Checked here and nowhere else."""
