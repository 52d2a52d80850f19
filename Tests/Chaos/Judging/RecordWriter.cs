using System.Text;

namespace OrleansTasks.Chaos.Judging;

/// <summary>Appends records to a file. A written record survives even if the process is killed at once.</summary>
internal sealed class RecordWriter(string path) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Write(RecordKind kind, TaskRunContext run, DateTimeOffset now) =>
        Write(new RunRecord(kind, run.RunId, run.Attempt, run.Trigger, run.ScheduledAt, now).ToLine());

    /// <summary>Records that an argument is read, for any run.</summary>
    public void WriteRead() => Write("read\n");

    /// <summary>Appends a line.</summary>
    public void Write(string line)
    {
        lock (_gate)
        {
            _file.Write(Encoding.UTF8.GetBytes(line));
        }
    }

    public void Dispose() => _file.Dispose();
}
