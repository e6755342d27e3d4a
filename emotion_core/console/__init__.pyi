from .exit_codes import EPILOG as EPILOG, ExitCode as ExitCode, exit_code_for as exit_code_for
