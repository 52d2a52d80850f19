using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using OrleansTasks.Tests.Unit.Pages;

namespace OrleansTasks.Tests.Unit.Messages;

/// <summary>
/// The messages of exceptions that users see name what is wrong, the value, and what to do (<see cref="MessageRule"/>). This includes the
/// faults of options, registrations, schedules and queries, the details of HTTP problems, and the errors of the command line.
/// </summary>
public sealed class ExceptionMessageTests
{
    private static readonly string[] Projects =
    [
        "Aspire.Hosting", "Cli", "Dashboard", "GrainInterfaces", "Grains", "Outbox", "Outbox.EntityFrameworkCore", "Storage.PostgreSql",
        "Storage.Redis", "Storage.Sqlite", "Testing",
    ];

    // Guards against states and calls that cannot be, exceptions that .NET words itself, and exceptions for the caller within the library.
    private static readonly string[] Guards =
    [
        nameof(UnreachableException), nameof(NotSupportedException), nameof(ArgumentNullException), nameof(ObjectDisposedException),
        nameof(OperationCanceledException), nameof(AggregateException), nameof(InvalidDataException), "InconsistentStateException",
    ];

    // These exceptions are internal, but users see their messages: on the terminal, in a response, on a page, or in another exception.
    private static readonly string[] PassedOn =
        ["ActionRefusedException", "CliException", "LogLostException", "PartitionStorageException", "ProblemException"];

    private const string Secret = "It has secrets, or could lead to them.";
    private const string AllSilos = "It is about all silos, or about the process.";
    private const string OfFile = "It is part of a message that names the file.";
    private const string OfHandler = "It follows the names of the handler and its type.";
    private const string OfJob = "The tool shows it beside the name of the job.";

    // Messages that have no value to show, with the reason.
    private static readonly Dictionary<string, string> WithoutValue = new(StringComparer.Ordinal)
    {
        ["The token contains characters that a header cannot contain. Check --token, ORLEANSTASKS_TOKEN or the profile."] = Secret,
        ["--connection is not a valid Npgsql connection string, such as Host=db;Database=jobs;Username=…: ¤"] = Secret,
        ["The database is out of reach: ¤ Check --connection."] = Secret,
        ["The database does not have these tables: ¤. Check --schema and the database in --connection."] = Secret,
        ["The database failed: ¤ Check its log, and try again."] = Secret,
        ["The server returned a response that this version of the tool cannot read: ¤ Use the version of the server."] =
            "The command has one server, and the response is long.",
        ["its interval counts from the end of a run, but schedules here do not depend on when runs end. Use a fixed interval"] = OfJob,
        ["it ends after a number of repetitions, and the database does not say how they are counted. Set the end as an instant"] = OfJob,
        ["The body is not UTF-8. Send it as UTF-8."] = "The bytes are no text that can be shown.",
        ["The body ended early, or is not what its headers say. Send it again. ¤"] = "The body is a stranger's, and incomplete.",
        ["DTSTART is not a part of a rule; set start and timeZone instead"] = "The name of the part is what is wrong.",
        ["TZID is not a part of a rule; set timeZone instead"] = "The name of the part is what is wrong.",
        ["BYEASTER is not known; give the days as rdates"] = "The name of the part is what is wrong.",
        ["Schedules are nested more than 5 levels deep. List them at fewer levels."] = "The search ends at the limit.",
        ["A schedule contains more than 500 schedules, in 'any' and 'except' at all levels together. Split it into several tasks."] =
            "The count ends at the limit.",
        ["It takes too many steps. Use a rule with fewer candidates, or a later start."] = "The budget that counted them is gone.",
        ["The connections to all silos are lost. Check that silos run, and that the network reaches them."] = AllSilos,
        ["Tasks were called after the Orleans client or silo of this process stopped, for example by a hosted service that stops later. "
            + "Register that service after UseOrleans or UseOrleansClient, so that it stops first."] = AllSilos,
        ["Tasks were called before the host started the Orleans client or silo of this process. Call them after app.StartAsync(), or "
            + "when IHostApplicationLifetime.ApplicationStarted is triggered. Register hosted services that call them in StartAsync "
            + "after UseOrleans or UseOrleansClient."] = AllSilos,
        ["The request was cancelled because this program is stopping. It is not known whether the request took effect; ask another "
            + "program of the cluster."] = "It is about the program.",
        ["The header of the partition cannot be read: ¤ Restore all records of the partition from one backup."] =
            "The log names the partition.",
        ["does not implement ITaskHandler<TArguments, TResult>. Implement it."] = OfHandler,
        ["is abstract, an interface or an open generic type; use a class that can be created."] = OfHandler,
        ["it is a delegate of several methods; a task calls one. Give one method."] = OfHandler,
        ["it is async void, so that nobody can tell when it ends; return Task."] = OfHandler,
        ["The address of Redis cannot be read: it has another scheme than redis:// and rediss://. Write "
            + "redis://user:password@host:6379/0, or host:6379,password=…."] = Secret,
        ["The address of Redis cannot be read: the part after the host is not a database number. Write "
            + "redis://user:password@host:6379/0, or host:6379,password=…."] = Secret,
        ["it was deleted, moved or replaced while the silo has it open. Nothing more is written, because it would be lost. Put the file "
            + "back, or restart the silo to start with the file that is there."] = OfFile,
        ["its write-ahead log, the file '-wal' beside it, was deleted or replaced while the silo has it open. Nothing more is written, "
            + "because it would be lost. Restart the silo."] = OfFile,
    };

    private static readonly Lazy<Dictionary<string, SyntaxNode>> Sources = new(static () => RepositoryFiles.With(".cs")
        .Where(static f => Projects.Contains(f.Split('/')[0]))
        .ToDictionary(static f => f, static f => CSharpSyntaxTree.ParseText(File.ReadAllText(LinkedPage.PathOf(f))).GetRoot()));

    private static readonly Lazy<IReadOnlyList<MessageSite>> Messages = new(static () =>
    {
        var hidden = MessageSources.InternalExceptions(Sources.Value.Values)
            .Except(PassedOn).Concat(Guards).ToHashSet(StringComparer.Ordinal);
        return new MessageSources(Sources.Value, hidden.Contains).Find();
    });

    [Fact]
    public void Messages_OfPublicExceptions_NameValueAndRemedy()
    {
        Assert.True(Messages.Value.Count > 400, $"Only {Messages.Value.Count} messages were found.");
        var wrong = Messages.Value
            .Select(static m => (Message: m, Lack: MessageRule.Lack(m.Text, !m.IsNamed && !WithoutValue.ContainsKey(m.Text.Shown))))
            .Where(static m => m.Lack is not null)
            .Select(static m => $"{m.Message.Place} {m.Lack}: {m.Message.Text.Source}")
            .ToList();
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {Messages.Value.Count} messages:\n{string.Join('\n', wrong)}");
    }

    [Fact]
    public void Messages_WithoutValue_AreFoundAndShowNone() => Assert.Empty(WithoutValue.Keys.Except(
        Messages.Value.Where(static m => !m.IsNamed && !MessageRule.NamesValue(m.Text)).Select(static m => m.Text.Shown)));

    [Fact]
    public void Exceptions_WhoseMessagesArePassedOn_AreInternal() =>
        Assert.Empty(PassedOn.Except(MessageSources.InternalExceptions(Sources.Value.Values)));
}
