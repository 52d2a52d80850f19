using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansTasks.Runs;
using OrleansTasks.Values;

namespace OrleansTasks.Client.Http;

/// <summary>Contains the JSON contracts of the types that requests and answers contain, without reflection.</summary>
/// <remarks>
/// A generated contract sets all init-only members, and therefore replaces the defaults of those that the JSON lacks. Whoever reads a type
/// must mend them.
/// </remarks>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, IncludeFields = true, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(TaskResultJsonConverter.ResultDto))]
[JsonSerializable(typeof(TaskResult))]
[JsonSerializable(typeof(RunInfo))]
[JsonSerializable(typeof(TaskEvent))]
[JsonSerializable(typeof(TaskArguments))]
[JsonSerializable(typeof(TaskHeaders))]
[JsonSerializable(typeof(RetryPolicy))]
[JsonSerializable(typeof(RunGuarantee?))]
[JsonSerializable(typeof(RunPriority?))]
[JsonSerializable(typeof(IReadOnlyList<Continuation>))]
[JsonSerializable(typeof(TimeSpan?))]
[JsonSerializable(typeof(DateTimeOffset?))]
internal sealed partial class WireJson : JsonSerializerContext;
