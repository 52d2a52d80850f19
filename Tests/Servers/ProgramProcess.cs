using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace OrleansTasks.Tests.Servers;

/// <summary>Runs one of the repository's programs as a separate process.</summary>
public sealed class ProgramProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly List<(string Text, TaskCompletionSource Seen)> _waits = [];

    private ProgramProcess(string name, string file, string folder, string[] arguments)
        : this(name, new ProcessStartInfo("dotnet", [file, .. arguments]) { WorkingDirectory = folder })
    {
    }

    private ProgramProcess(string name, ProcessStartInfo start)
    {
        Name = name;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, e) => OnLine(e.Data);
        _process.ErrorDataReceived += (_, e) => OnLine(e.Data);
    }

    /// <summary>Gets the name for messages.</summary>
    public string Name { get; }

    /// <summary>Gets the process id.</summary>
    public int Id => _process.Id;

    /// <summary>Gets the output so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return $"--- {Name} ---\n{_output}";
            }
        }
    }

    /// <summary>Starts a program of the repository.</summary>
    public static ProgramProcess Start(string name, params string[] arguments) => Start(name, PathOf(name), "", arguments);

    /// <summary>Starts a program of the repository in another time zone.</summary>
    public static ProgramProcess StartIn(string timeZone, string name, params string[] arguments)
    {
        var program = new ProgramProcess(name, PathOf(name), "", arguments);
        program._process.StartInfo.Environment["TZ"] = timeZone;
        return Started(program);
    }

    /// <summary>Starts an assembly.</summary>
    /// <param name="name">The name for messages.</param>
    /// <param name="file">The path of the assembly.</param>
    /// <param name="folder">The working directory. Empty: the one of the tests.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ProgramProcess Start(string name, string file, string folder, string[] arguments) =>
        Started(new ProgramProcess(name, file, folder, arguments));

    /// <summary>Starts any program.</summary>
    /// <param name="name">The name for messages.</param>
    /// <param name="start">How to start it. Its output is read.</param>
    public static ProgramProcess Start(string name, ProcessStartInfo start) => Started(new ProgramProcess(name, start));

    private static ProgramProcess Started(ProgramProcess program)
    {
        program._process.Start();
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        return program;
    }

    /// <summary>Waits until the program has written a text.</summary>
    public async Task WritesAsync(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_output)
        {
            _waits.Add((text, seen));
            CheckWaits();
        }

        Task either = Task.WhenAny(seen.Task, _process.WaitForExitAsync());
        await either.WaitAsync(Patience, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!seen.Task.IsCompleted)
        {
            throw new InvalidOperationException($"{Name} did not write '{text}'.\n{Output}");
        }
    }

    /// <summary>Waits until the program ends, and returns its exit code.</summary>
    public async Task<int> EndsAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _process.HasExited ? _process.ExitCode : throw new InvalidOperationException($"{Name} did not end.\n{Output}");
    }

    /// <summary>Asks the program to stop, as a service manager does.</summary>
    public void Terminate() => Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]).Dispose();

    /// <summary>Kills the program.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    /// <summary>Returns the program's assembly in its own output directory, next to that of the tests.</summary>
    private static string PathOf(string name) => Repository.Program(name, $"OrleansTasks.{Path.GetFileName(name)}");

    private void OnLine(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
            CheckWaits();
        }
    }

    private void CheckWaits()
    {
        var text = _output.ToString();
        _waits.RemoveAll(w => text.Contains(w.Text, StringComparison.Ordinal) && w.Seen.TrySetResult());
    }
}
